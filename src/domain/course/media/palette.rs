//! Small PNGs: drawings have few colours, so they are stored as indices into a palette.

use std::collections::{HashMap, HashSet};

use image::RgbaImage;

/// How many colours a palette can hold.
pub const MAX_COLOURS: usize = 256;

type Colour = [u8; 4];

/// How many different colours there are.
pub fn count_colours(picture: &RgbaImage) -> usize {
    runs(picture).map(|(colour, _)| colour).collect::<HashSet<_>>().len()
}

/// Encodes with at most `most` colours (1 to [`MAX_COLOURS`]): the most frequent stay, each other
/// becomes the nearest of them. With 64, edges of our drawings lose nothing that an eye sees.
pub fn encode_png(picture: &RgbaImage, most: usize) -> Option<Vec<u8>> {
    let palette = palette(picture, most.clamp(1, MAX_COLOURS));
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

/// Neighbours of one colour as runs: drawings are mostly those, and hashing each pixel takes longer
/// than drawing them.
fn runs(picture: &RgbaImage) -> impl Iterator<Item = (Colour, usize)> {
    picture
        .as_raw()
        .as_chunks::<4>()
        .0
        .chunk_by(|left, right| left == right)
        .filter_map(|run| Some((*run.first()?, run.len())))
}

fn palette(picture: &RgbaImage, most: usize) -> Vec<Colour> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for (colour, length) in runs(picture) {
        *counts.entry(colour).or_default() += length;
    }
    let mut colours: Vec<(usize, Colour)> = counts.into_iter().map(|(colour, count)| (count, colour)).collect();
    // By colour where counts are equal: the same picture always gives the same bytes.
    colours.sort_unstable_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    colours.into_iter().take(most).map(|(_, colour)| colour).collect()
}

fn indices(picture: &RgbaImage, palette: &[Colour]) -> Vec<u8> {
    let mut known: HashMap<Colour, u8> = HashMap::new();
    let mut indices = Vec::with_capacity(picture.as_raw().len() / 4);
    for (colour, length) in runs(picture) {
        let index = *known.entry(colour).or_insert_with(|| nearest(colour, palette));
        indices.resize(indices.len() + length, index);
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
        let bytes = encode_png(&picture, 64).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgba8(), picture);
    }

    #[test]
    fn many_colours_become_the_nearest() {
        let picture = RgbaImage::from_fn(256, 256, |x, y| image::Rgba([x as u8, y as u8, 0, 255]));
        let bytes = encode_png(&picture, 64).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 256);
    }
}
