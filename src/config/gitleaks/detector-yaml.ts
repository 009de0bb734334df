import { Document, isMap, isPair, isScalar, type Scalar, visit, type YAMLMap } from 'yaml';
import type { DetectorSpec, Exception } from '../../engine/detectors/spec.ts';
import type { DetectorData } from '../detector-schema.ts';

type Written = Partial<Omit<DetectorData, 'except'>> & { except?: unknown[] };

/**
 * Detectors as a file of ours: what stands there by default is left out, patterns stand in single quotes on one
 * line. @param head a comment at the top
 */
export function detectorYaml(provider: string, specs: readonly DetectorSpec[], head: string): string {
  const document = new Document({ provider, detectors: specs.map(written) });
  document.commentBefore = head;
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? key.value : '';
      if (isScalar(value) && (name === 'pattern' || name === 'text')) value.type = 'QUOTE_SINGLE';
      if (name === 'examples' && value !== null && typeof value === 'object' && 'items' in value) {
        for (const item of value.items as Scalar[]) item.type = 'QUOTE_SINGLE';
      }
      if (name === 'keywords' || name === 'window') (value as { flow?: boolean }).flow = true;
    },
  });
  const list = (document.contents as YAMLMap).items.find(
    (pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === 'detectors',
  )!.value as unknown as { items: unknown[] };
  for (const [index, item] of list.items.entries()) {
    if (!isMap(item)) continue;
    if (index > 0) item.spaceBefore = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function written(spec: DetectorSpec): Written {
  const { id, title, confidence, kind, keywords, fold, pattern, window, multiline, entropy, mode } = spec;
  return {
    id,
    title,
    confidence,
    ...(kind === 'vendor' ? {} : { kind }),
    keywords: [...keywords],
    ...(fold ? { fold: 'ascii' as const } : {}),
    pattern,
    ...(window === null ? {} : { window }),
    ...(multiline ? { multiline } : {}),
    ...(entropy === 0 ? {} : { entropy }),
    ...(spec.except.length === 0 ? {} : { except: spec.except.map(exception) }),
    ...(mode === 'redact' ? {} : { mode }),
    examples: [...spec.examples],
    counterexamples: spec.counterexamples.map(({ text, why }) => ({ text, why })),
  };
}

function exception(item: Exception): unknown {
  switch (item.kind) {
    case 'word':
      return item.word;
    case 'contains':
      return { contains: item.text };
    case 'list':
      return { list: item.list };
    case 'pattern':
      return item.of === 'match' ? { pattern: item.pattern, of: 'match' } : { pattern: item.pattern };
  }
}
