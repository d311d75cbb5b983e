import { crashesAtWrites } from './write-crashes.suite.ts';

crashesAtWrites('containers');
