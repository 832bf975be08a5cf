//! Randomness, as an argument.

use uuid::Uuid;

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]);
}

/// The kernel's generator.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without the kernel's randomness nothing here may go on"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the kernel gives random bytes");
    }
}

impl dyn Entropy + '_ {
    /// An array of random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random id (UUID version 4).
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A number below `n`, each equally likely: values that would favour the small ones are thrown away (OT-19).
    pub fn below(&self, n: u32) -> u32 {
        let limit = u32::MAX - u32::MAX % n;
        loop {
            let value = u32::from_le_bytes(self.bytes());
            if value < limit {
                return value % n;
            }
        }
    }

    /// A code of decimal digits, leading zeros kept.
    pub fn digits(&self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: OT-19, C-01
    #[test]
    fn ot_19_codes_are_uniform_and_keep_their_zeros() {
        let entropy: &dyn Entropy = &SystemEntropy;
        let mut seen = [[0u32; 10]; 6];
        for _ in 0..5_000 {
            let code = entropy.digits(6);
            assert_eq!(code.len(), 6);
            for (place, digit) in code.bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        for place in seen {
            let chi: f64 = place
                .iter()
                .map(|n| (f64::from(*n) - 500.0).powi(2) / 500.0)
                .sum();
            assert!(chi < 40.0, "chi-square with 9 degrees of freedom: {chi}");
        }
    }
}
