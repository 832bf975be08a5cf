// Finds a decimal n such that SHA-256(challenge + "." + n) starts with `bits` zero bits.
// Own SHA-256: SubtleCrypto is missing on plain http, and its per-call promise would be slower than the hash.
const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const w = new Int32Array(64);

function block(state, view, at) {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function zeros(state) {
  let n = 0;
  for (const word of state) {
    const z = Math.clz32(word);
    n += z;
    if (z < 32) break;
  }
  return n;
}

function solve(challenge, bits) {
  const prefix = new TextEncoder().encode(challenge + ".");
  const whole = prefix.length & ~63; // what never changes is hashed once
  const middle = new Int32Array(START);
  for (let at = 0; at < whole; at += 64) block(middle, new DataView(prefix.buffer), at);
  const head = prefix.length - whole;
  const bytes = new Uint8Array(128), view = new DataView(bytes.buffer), state = new Int32Array(8);
  let tried = 0; // told now and then, as a number; the answer is text
  for (let digits = 1; digits <= 15; digits++) {
    bytes.fill(0);
    bytes.set(prefix.subarray(whole));
    const end = head + digits, size = end + 9 > 64 ? 128 : 64;
    bytes.fill(48, head, end);
    if (digits > 1) bytes[head] = 49;
    bytes[end] = 0x80;
    view.setUint32(size - 4, (prefix.length + digits) * 8);
    for (;;) {
      state.set(middle);
      block(state, view, 0);
      if (size === 128) block(state, view, 64);
      if (zeros(state) >= bits) return new TextDecoder().decode(bytes.subarray(head, end));
      if ((++tried & 0x3fff) === 0) self.postMessage(tried);
      let i = end - 1;
      while (i >= head && bytes[i] === 57) bytes[i--] = 48;
      if (i < head) break;
      bytes[i]++;
    }
  }
  throw new Error("no nonce");
}

self.onmessage = ({ data }) => self.postMessage(solve(data.challenge, data.bits));
