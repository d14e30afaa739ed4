import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

// Every script and style is a file of its own: the server's content security policy allows nothing inline.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
