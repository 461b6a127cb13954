import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { messages } from './messages-plugin.js';
import { preloads } from './preloads-plugin.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Few and large: a hundred small files compress badly and wait for each other. What the page begins with is the libraries,
 * which releases seldom change, and the shell; what several screens share and no dialog drags along is one more.
 */
const CHUNKS = [
  { name: 'libraries', tags: ['$initial' as const], test: /node_modules/, priority: 3 },
  // The page's own entry stays by itself: the manifest names it, and the budget begins there.
  { name: 'shell', tags: ['$initial' as const], test: /\.tsx?$(?<!main\.tsx)/, priority: 2 },
  {
    name: 'common',
    test: /lucide-react|\/src\/(api|create|i18n|media|state|components\/ui\/(field|input|segmented|switch))\b/,
    minShareCount: 3,
  },
];

export default defineConfig(({ mode }) => {
  // `npm run dev` tells where its API listens; what the Studio itself calls is VITE_API_URL, or its own origin.
  const api = loadEnv(mode, here, 'STUDIO_')['STUDIO_API_PROXY'] ?? 'http://localhost:3001';
  return {
    root: here,
    plugins: [messages(), react(), tailwindcss(), preloads()],
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
      rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
    },
    server: {
      host: '127.0.0.1',
      proxy: { '/api': { target: api, changeOrigin: false }, '/v1': { target: api, changeOrigin: false } },
    },
  };
});
