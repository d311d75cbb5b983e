export { type Hit, Matcher } from './matcher.ts';
export { literal, type Pattern, PatternError, type PatternReason, parsePattern } from './syntax.ts';
