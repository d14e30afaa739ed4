/** Raw pixels as files of the portable pixmap format (P6): the form in which the native core takes them. */

/** A binary PPM of RGB samples, rows first; 16-bit samples are big-endian. */
export function ppm(samples: Uint8Array, width: number, height: number, bits: 8 | 16): Uint8Array {
  const header = Buffer.from(`P6\n${width} ${height}\n${bits === 8 ? 255 : 65_535}\n`, 'latin1');
  return Buffer.concat([header, samples]);
}

/**
 * CMYK samples (255 is full ink) to RGB by Pillow's formula: (255 - ink) * (255 - black) / 255, rounded. No profile is
 * applied. `channels` is 4, or 5 with an alpha that is dropped.
 */
export function cmykToRgb(inks: Uint8Array, channels: number): Uint8Array {
  const count = inks.length / channels;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += channels, to += 3) {
    const white = 255 - (inks[from + 3] as number);
    for (let c = 0; c < 3; c++) {
      const product = (inks[from + c] as number) * white + 128;
      rgb[to + c] = Math.max(0, white - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}
