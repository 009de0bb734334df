// The library: the engine and what it is fed with. Importing it does nothing.
export { type DetectorRequest, type LoadedDetectors, loadDetectors } from './config/detector-files.ts';
export type { Action, Actions } from './engine/actions/action.ts';
export { ACTION_NAMES, type ActionName, type ActionOptions, createActions } from './engine/actions/index.ts';
export { checkPlaceholder, DEFAULT_PLACEHOLDER } from './engine/actions/placeholder.ts';
export type { Confidence, Detector } from './engine/detectors/detector.ts';
export { FindingList } from './engine/findings.ts';
export { compileMatcher, type Matcher, type MatcherInput, type Rule } from './engine/matcher.ts';
export { Output } from './engine/output.ts';
export type { Redactor } from './engine/redactor.ts';
export { Secret, type SecretOrigin } from './engine/secret.ts';
export { spellingName } from './engine/spelling.ts';
export { createRedactor, FORMAT_NAMES, type FormatName, type FormatOptions } from './formats/format.ts';
