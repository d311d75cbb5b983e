export { type Hit, Matcher } from './matcher.ts';
export { literal, type Pattern, PatternError, parsePattern } from './syntax.ts';
