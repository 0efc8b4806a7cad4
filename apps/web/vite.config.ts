import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const server = process.env.STAGEDOOR_SERVER ?? 'http://127.0.0.1:4300'
const passed = Object.fromEntries(['/api', '/m/', '/connect/login', '/connect/business', '/hooks'].map(path => [path, { target: server, changeOrigin: false }]))

/** Builds to dist/ with hashed names; in development everything the server answers is passed on to it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  server: { port: 4301, strictPort: true, proxy: passed },
  build: {
    target: 'es2023', outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 700,
    // What every page needs comes in a few files: sixty small ones cost more in headers than they save.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { name: 'ground', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
      { name: 'icons', test: /@tabler[\\/]icons-react/ },
      { name: 'desk', test: /src[\\/](kit|api|live|frame)[\\/](?!CommandBar|KeySheet)[^.]+\.tsx?$/ },
    ] } } },
  },
  worker: { format: 'es' },
})
