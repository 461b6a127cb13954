/** The table for `crc`: the remainder of every byte by a polynomial of 8, 16 or 32 bits, highest bit first. */
export function crcTable(polynomial: number, bits: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = (byte << (bits - 8)) >>> 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = (value >>> (bits - 1)) & 1;
      value = ((value << 1) ^ (carry ? polynomial : 0)) >>> 0;
      if (bits < 32) value &= (1 << bits) - 1;
    }
    return value;
  });
}

/** The checksum of Ogg and FLAC: begins with 0 and inverts nothing, so that it is 0 over bytes and their checksum. */
export function crc(table: Uint32Array, bits: number, bytes: Buffer): number {
  let value = 0;
  for (const byte of bytes) {
    const index = ((value >>> (bits - 8)) ^ byte) & 0xff;
    value = ((value << 8) ^ (table[index] ?? 0)) >>> 0;
    if (bits < 32) value &= (1 << bits) - 1;
  }
  return value;
}
