//! A visitor who keeps cookies and one connection: just enough HTTP/1.1, so that the client costs next to nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::Done;

/// An answer, its body as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One visitor of one server.
pub(crate) struct Visitor {
    address: SocketAddr,
    /// Where it comes from, unless the system decides.
    source: Option<Ipv4Addr>,
    connection: Option<BufReader<TcpStream>>,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(crate) fn of(address: SocketAddr) -> Self {
        Self {
            address,
            source: None,
            connection: None,
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser, its cookies with it, at another server and from another address.
    pub(crate) fn at(&self, address: SocketAddr, source: Ipv4Addr) -> Self {
        Self {
            address,
            source: Some(source),
            connection: None,
            cookies: self.cookies.clone(),
        }
    }

    /// GET, without following redirects.
    pub(crate) fn get(&mut self, path: &str) -> Done<Answer> {
        self.request("GET", path, None)
    }

    /// POST of a form, without following the redirect.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Done<Answer> {
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
        let form: Vec<_> = fields.iter().map(pair).collect();
        self.request("POST", path, Some(&form.join("&")))
    }

    /// GET, following redirects on this server; returns the last path too.
    pub(crate) fn follow(&mut self, path: &str) -> Done<(String, Answer)> {
        let mut path = path.to_owned();
        for _ in 0..10 {
            let answer = self.get(&path)?;
            match answer.header("location") {
                Some(next) if (300..400).contains(&answer.status) => path = local(next),
                _ => return Ok((path, answer)),
            }
        }
        Err(format!("{path} redirects for ever"))
    }

    fn request(&mut self, method: &str, path: &str, form: Option<&str>) -> Done<Answer> {
        let reused = self.connection.is_some();
        match self.attempt(method, path, form) {
            // The server may have closed an idle connection just now.
            Err(_) if reused => self.attempt(method, path, form),
            other => other,
        }
        .map_err(|error| format!("{method} {path}: {error}"))
    }

    fn attempt(&mut self, method: &str, path: &str, form: Option<&str>) -> std::io::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(self.connect()?),
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request += "cookie: ";
            request += &pairs.join("; ");
            request += "\r\n";
        }
        if let Some(form) = form {
            request += "content-type: application/x-www-form-urlencoded\r\n";
            let _ = write!(
                request,
                "origin: http://{}\r\ncontent-length: {}\r\n",
                self.address,
                form.len()
            );
        }
        request += "\r\n";
        request += form.unwrap_or_default();
        connection.get_mut().write_all(request.as_bytes())?;
        let answer = read_answer(&mut connection)?;
        self.keep_cookies(&answer);
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = match self.source {
            Some(source) => connect_from(source, self.address)?,
            None => TcpStream::connect(self.address)?,
        };
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(stream)
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (_, cookie) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn connect_from(source: Ipv4Addr, address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((source, 0)).into())?;
    socket.connect(&address.into())?;
    Ok(socket.into())
}

fn read_answer(connection: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let status = line(connection)?;
    let status = status.get(9..12).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| wrong("no status line"))?;
    let mut headers = Vec::new();
    loop {
        let text = line(connection)?;
        if text.is_empty() {
            break;
        }
        let (name, value) = text.split_once(':').ok_or_else(|| wrong("no header"))?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = line(connection)?;
            let size = usize::from_str_radix(&size, 16).map_err(|_| wrong("no chunk"))?;
            take(connection, size, &mut answer.body)?;
            line(connection)?;
            if size == 0 {
                return Ok(answer);
            }
        }
    }
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse().ok());
    take(connection, length.unwrap_or(0), &mut answer.body)?;
    Ok(answer)
}

fn line(connection: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        return Err(wrong("the server hung up"));
    }
    Ok(line.trim_end().to_owned())
}

fn take(
    connection: &mut BufReader<TcpStream>,
    size: usize,
    body: &mut Vec<u8>,
) -> std::io::Result<()> {
    let start = body.len();
    body.resize(start + size, 0);
    connection.read_exact(&mut body[start..])
}

fn wrong(what: &str) -> std::io::Error {
    std::io::Error::other(what.to_owned())
}

/// The path of an address on the same server.
fn local(address: &str) -> String {
    let Some((_, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    rest.find('/')
        .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Answers each request with the next of these, on one connection.
    fn server(
        answers: &'static [&'static str],
    ) -> (SocketAddr, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = std::thread::spawn(move || {
            let mut connection = BufReader::new(listener.accept().unwrap().0);
            let mut seen = Vec::new();
            for answer in answers {
                let (mut request, mut length) = (String::new(), 0);
                loop {
                    let text = line(&mut connection).unwrap();
                    length = text
                        .strip_prefix("content-length: ")
                        .map_or(length, |n| n.parse().unwrap());
                    if text.is_empty() {
                        break;
                    }
                    request += &text;
                    request += "\n";
                }
                let mut body = Vec::new();
                take(&mut connection, length, &mut body).unwrap();
                seen.push(request + &String::from_utf8(body).unwrap());
                connection.get_mut().write_all(answer.as_bytes()).unwrap();
            }
            seen
        });
        (address, requests)
    }

    #[test]
    fn cookies_redirects_and_chunks_work_on_one_connection() {
        let (address, requests) = server(&[
            "HTTP/1.1 303 See Other\r\nLocation: http://here.test/next?a=b\r\nSet-Cookie: s=1; Path=/\r\n\
             Set-Cookie: t=2\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: t=; Max-Age=0\r\n\r\n\
             5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno",
        ]);
        let mut visitor = Visitor::of(address);
        let (path, answer) = visitor.follow("/").unwrap();
        assert_eq!(
            (path.as_str(), answer.status, answer.text().as_str()),
            ("/next?a=b", 200, "hello world")
        );
        let answer = visitor
            .post("/form", &[("user", "a b&c"), ("x", "")])
            .unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (400, "no"));
        let seen = requests.join().unwrap();
        assert!(
            seen[1].starts_with("GET /next?a=b ") && seen[1].contains("cookie: s=1; t=2\n"),
            "{seen:?}"
        );
        assert!(
            seen[2].contains("cookie: s=1\n") && seen[2].ends_with("user=a%20b%26c&x="),
            "{seen:?}"
        );
    }
}
