// The smallest PNG writer: 8-bit grey, no filter, one IDAT (PNG specification, third edition).
import { deflateSync, crc32 as zlibCrc32 } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// node:zlib has crc32 from Node 20.15 and 22.2 on.
function chunk(type, data) {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(zlibCrc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** An 8-bit grey picture as PNG bytes. `pixels` holds width * height values 0..255, row by row. */
export function encodeGreyPng(pixels, width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample; colour type 0 (grey), deflate, no interlace
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = pixels[y * width + x];
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
