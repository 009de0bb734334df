/** Bytes that count how often one of them is read. */
export function countedBytes(bytes: Buffer): { bytes: Buffer; looked: { count: number } } {
  const looked = { count: 0 };
  const counted = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) looked.count++;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  return { bytes: counted, looked };
}
