export { giveBackAtRest } from './give-back-at-rest.ts';
export { createLogger } from './logger.ts';
export { watchFaults } from './watch-faults.ts';
