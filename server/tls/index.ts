export { ensureOwnCertificate } from './own-authority.ts';
export { prepareTransport, type Transport } from './prepare-transport.ts';
