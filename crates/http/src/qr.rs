//! QR codes as drawings: the page carries them itself, so nothing is fetched and the content policy stays closed.

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, without which readers don't find it (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code as the path of an SVG, in units of one module.
pub(crate) struct Drawing {
    /// Width and height with the quiet zone.
    pub side: usize,
    /// The dark modules.
    pub path: String,
}

/// Draws a text; none if it is too long for any QR code (about 2,300 bytes).
pub(crate) fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    Some(Drawing {
        side: width + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules of a drawing, as a reader of the path sees them.
    fn modules(drawing: &Drawing) -> Vec<Vec<bool>> {
        let mut grid = vec![vec![false; drawing.side]; drawing.side];
        for part in drawing.path.split('M').filter(|p| !p.is_empty()) {
            let (place, run) = part.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let run: usize = run.split('v').next().unwrap().parse().unwrap();
            grid[y][x..x + run].fill(true);
        }
        grid
    }

    #[test]
    fn the_path_has_every_dark_module_and_a_quiet_zone() {
        let text = "otpauth://totp/Contoso:ada%40contoso.example?secret=GEZDGNBVGY3TQOJQ";
        let drawing = draw(text).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let (grid, width) = (modules(&drawing), code.width());
        for (y, row) in grid.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let inside =
                    (QUIET..QUIET + width).contains(&x) && (QUIET..QUIET + width).contains(&y);
                let expected = inside && code[(x - QUIET, y - QUIET)] == Color::Dark;
                assert_eq!(*dark, expected, "{x} {y}");
            }
        }
        assert!(draw(&"x".repeat(4000)).is_none());
    }
}
