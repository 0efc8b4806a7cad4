import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const emulator = process.env['EMULATOR'] ?? 'http://127.0.0.1:4310'

/** Builds to dist/screens, which the emulator serves at `/`; in development the emulator's own paths are passed on to it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  server: { port: 4311, strictPort: true, proxy: { '/_emulator': emulator, '/avatar': emulator, '/business-media': emulator } },
  build: { target: 'es2023', outDir: '../dist/screens', emptyOutDir: true },
})
