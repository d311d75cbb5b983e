export {
  type ClientCertificate,
  issueClientCertificate,
  toFingerprint,
} from './client-authority.ts';
export { ensureOwnCertificate } from './own-authority.ts';
export {
  type DockerTls,
  prepareDockerTls,
  prepareTransport,
  readServerAuthority,
  type Transport,
} from './prepare-transport.ts';
export { renewEvery } from './renew-every.ts';
