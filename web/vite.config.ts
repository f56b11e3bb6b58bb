import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` asks a running server for everything that is not the page.
const server = process.env.GALE_URL ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
  ['/api/v2', '/auth', '/gale', '/openapi.json'].map((path) => [path, { target: server, changeOrigin: true }]),
);

export default defineConfig({
  plugins: [react()],
  // Relative to <base href>, which the server replaces by its path prefix.
  base: './',
  build: {
    target: 'es2022',
    // Nothing inline: the Content-Security-Policy allows no data: script or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing/setup.ts'], css: false },
});
