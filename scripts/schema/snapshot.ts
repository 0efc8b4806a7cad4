import { takeSnapshot } from '../../apps/server/test/take-snapshot.ts'

/** `npm run snapshot-schema [-- --again]`: a migration lands. Its file is pinned, and an installation lived in with its schema is kept for every later program to start on. */
export async function snapshotSchema(args: string[]): Promise<void> {
  console.log(await takeSnapshot({ again: args.includes('--again') }))
}
