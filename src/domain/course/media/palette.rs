//! Small PNGs: drawings have few colours, so they are stored as indices into a palette.

use std::collections::HashMap;

use image::RgbaImage;

/// How many colours a palette can hold.
const MAX_COLOURS: usize = 64;

type Colour = [u8; 4];

/// Encodes with at most [`MAX_COLOURS`] colours: the most frequent stay, each other becomes the
/// nearest of them. Edges of our drawings lose nothing that an eye sees.
pub fn encode_png(picture: &RgbaImage) -> Option<Vec<u8>> {
    let palette = palette(picture);
    let indices = indices(picture, &palette);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    // Filters help photographs; rows of indices compress best as they are.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_palette(palette.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect::<Vec<u8>>());
    if palette.iter().any(|colour| colour[3] != 255) {
        encoder.set_trns(palette.iter().map(|colour| colour[3]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&indices).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

fn palette(picture: &RgbaImage) -> Vec<Colour> {
    let mut counts: HashMap<Colour, u32> = HashMap::new();
    for pixel in picture.pixels() {
        *counts.entry(pixel.0).or_default() += 1;
    }
    let mut colours: Vec<(u32, Colour)> = counts.into_iter().map(|(colour, count)| (count, colour)).collect();
    // By colour where counts are equal: the same picture always gives the same bytes.
    colours.sort_unstable_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    colours.into_iter().take(MAX_COLOURS).map(|(_, colour)| colour).collect()
}

fn indices(picture: &RgbaImage, palette: &[Colour]) -> Vec<u8> {
    let mut known: HashMap<Colour, u8> = HashMap::new();
    let mut last = None;
    let mut indices = Vec::with_capacity(picture.width() as usize * picture.height() as usize);
    for pixel in picture.pixels() {
        let index = match last {
            Some((colour, index)) if colour == pixel.0 => index,
            _ => *known.entry(pixel.0).or_insert_with(|| nearest(pixel.0, palette)),
        };
        last = Some((pixel.0, index));
        indices.push(index);
    }
    indices
}

fn nearest(colour: Colour, palette: &[Colour]) -> u8 {
    let distance = |other: &Colour| -> u32 {
        colour.iter().zip(other).map(|(left, right)| u32::from(left.abs_diff(*right)).pow(2)).sum()
    };
    let (index, _) = palette.iter().enumerate().min_by_key(|(_, other)| distance(other)).unwrap_or((0, &[0; 4]));
    u8::try_from(index).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_come_back_exactly() {
        let picture = RgbaImage::from_fn(40, 30, |x, y| image::Rgba([(x % 5) as u8 * 50, (y % 3) as u8 * 80, 7, 255]));
        let bytes = encode_png(&picture).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgba8(), picture);
    }

    #[test]
    fn many_colours_become_the_nearest() {
        let picture = RgbaImage::from_fn(256, 256, |x, y| image::Rgba([x as u8, y as u8, 0, 255]));
        let bytes = encode_png(&picture).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 256);
    }
}
