export { openDockerApi } from './open-docker-api.ts';
