function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 0x80, ...varint(Math.floor(value / 128))];
}

/** A length-delimited element. */
export function element(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/** OTLP's AnyValue of a string. */
export const anyString = (text: string): Buffer => element(1, text);

/** OTLP's KeyValue of a string. */
export const attribute = (key: string, text: string): Buffer =>
  Buffer.concat([element(1, key), element(2, anyString(text))]);
