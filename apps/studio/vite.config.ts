import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { messages } from './messages-plugin.js';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig(({ mode }) => {
  // `npm run dev` tells where its API listens; what the Studio itself calls is VITE_API_URL, or its own origin.
  const api = loadEnv(mode, here, 'STUDIO_')['STUDIO_API_PROXY'] ?? 'http://localhost:3001';
  return {
    root: here,
    plugins: [messages(), react(), tailwindcss()],
    // The SDK is taken from its sources, as the type checker takes it.
    resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
    build: {
      outDir: '../../dist/apps/studio',
      emptyOutDir: true,
      manifest: true,
      target: 'baseline-widely-available',
      // A strict content policy allows no data: URLs but in pictures.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      host: '127.0.0.1',
      proxy: { '/api': { target: api, changeOrigin: false }, '/v1': { target: api, changeOrigin: false } },
    },
  };
});
