// In a file of its own, so that only what is used of the library is loaded with it.
export { io } from 'socket.io-client';
