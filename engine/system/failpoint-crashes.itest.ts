import { crashesAtFailpoints } from './failpoints.suite.ts';

crashesAtFailpoints('containers');
