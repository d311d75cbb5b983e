import { errorsAtFailpoints } from './failpoints.suite.ts';

errorsAtFailpoints('containers');
