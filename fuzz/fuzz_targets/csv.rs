//! Lines of exported files: a reader gets back the cells that went in, and no spreadsheet a formula.
#![no_main]

use keyward_core::csv::{harmless_cell, write_line};
use libfuzzer_sys::fuzz_target;

fn read(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.strip_suffix("\r\n").expect("a line ends").chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

fuzz_target!(|cells: Vec<&str>| {
    if cells.is_empty() {
        return;
    }
    let mut line = String::new();
    write_line(&mut line, &cells);
    let back = read(&line);
    let meant: Vec<String> = cells.iter().map(|cell| harmless_cell(cell)).collect();
    assert_eq!(back, meant);
    for cell in back {
        let first = cell.trim_start().chars().next();
        assert!(!matches!(first, Some('=' | '+' | '-' | '@')), "{cell:?}");
    }
});
