export { createStores } from './create-stores.ts';
