import { crashesAtFailpoints } from './failpoints.suite.ts';

crashesAtFailpoints('data');
