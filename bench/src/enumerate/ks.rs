//! The two-sample Kolmogorov-Smirnov test.

/// How likely it is that two samples of one distribution lie as far apart as these (asymptotic, with the correction of
/// Stephens 1970 for samples that are not large). 1 when one is empty.
pub(crate) fn p_value(one: &[f64], other: &[f64]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 1.0;
    }
    let (n, m) = (one.len() as f64, other.len() as f64);
    let effective = (n * m / (n + m)).sqrt();
    tail((effective + 0.12 + 0.11 / effective) * distance(one, other))
}

/// The greatest distance between the two empirical distributions.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (sorted(one), sorted(other));
    let (mut i, mut j, mut most) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        // Equal values are passed in both before the distance is taken.
        let at = one[i].min(other[j]);
        while i < one.len() && one[i] <= at {
            i += 1;
        }
        while j < other.len() && other[j] <= at {
            j += 1;
        }
        let gap = i as f64 / one.len() as f64 - j as f64 / other.len() as f64;
        most = most.max(gap.abs());
    }
    most
}

/// Kolmogorov's distribution beyond `x`.
fn tail(x: f64) -> f64 {
    // The series converges slowly near zero, where the answer is 1 to many digits.
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let k = f64::from(k);
        (-2.0 * k * k * x * x).exp()
    };
    let sum: f64 = (1..=100)
        .map(|k| if k % 2 == 1 { term(k) } else { -term(k) })
        .sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// The value below which this part of the sample lies.
pub(crate) fn quantile(sample: &[f64], part: f64) -> f64 {
    let sorted = sorted(sample);
    let at = (part * sorted.len() as f64) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

fn sorted(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3
    }

    #[test]
    fn the_tail_is_that_of_the_tables() {
        // Kolmogorov's critical values (Smirnov 1948): 1.3581 at 5 %, 1.6276 at 1 %, 1.9495 at 0.1 %.
        for (x, p) in [(1.3581, 0.05), (1.6276, 0.01), (1.9495, 0.001), (0.1, 1.0)] {
            assert!(close(tail(x), p), "{x}");
        }
    }

    #[test]
    fn one_distribution_is_not_told_apart_and_two_are() {
        let spread =
            |by: f64| -> Vec<f64> { (0..500).map(|i| f64::from(i * 7919 % 500) + by).collect() };
        assert!(p_value(&spread(0.0), &spread(0.5)) > 0.99);
        assert!(p_value(&spread(0.0), &spread(60.0)) < 0.01);
        assert!(close(p_value(&spread(0.0), &spread(9000.0)), 0.0));
        assert!(close(
            distance(&[1.0, 1.0, 2.0], &[1.0, 2.0, 2.0]),
            1.0 / 3.0
        ));
        assert!(close(p_value(&[], &[1.0]), 1.0));
        assert!(close(quantile(&spread(0.0), 0.5), 250.0));
    }
}
