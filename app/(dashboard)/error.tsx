'use client';

export { PageError as default } from '../_ui/page-error.tsx';
