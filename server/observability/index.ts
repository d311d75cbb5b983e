export { createLogger } from './logger.ts';
export { watchFaults } from './watch-faults.ts';
