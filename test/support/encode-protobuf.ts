/** A base-128 varint (Protocol Buffers, "Encoding"). */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A length-delimited field: a string, bytes, or a message made of its fields. */
export function field(number: number, ...content: readonly (string | Uint8Array)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as Uint8Array)));
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A varint field. */
export function number(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** A fixed64 field. */
export function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(number * 8 + 1), bytes]);
}

/** OTLP's AnyValue of a string. */
export const anyString = (text: string): Buffer => field(1, text);

/** OTLP's KeyValue of a string. */
export const attribute = (key: string, text: string): Buffer =>
  Buffer.concat([field(1, key), field(2, anyString(text))]);
