import { Command, CommanderError } from 'commander'
import { complain, endWithStarter, openDesk } from './desk.ts'
import { doctorCommand } from './doctor.ts'
import { inboxCommands } from './inbox-commands.ts'
import { postCommands } from './post-commands.ts'
import { signInCommands } from './sign-in-commands.ts'
import { streamCommands } from './stream-commands.ts'
import { endings } from './trouble.ts'

const help = `
Where and who: "login" keeps the address and an API token for you alone; STAGEDOOR_URL and STAGEDOOR_TOKEN in the
environment go before it. Tokens are made in Stagedoor under Settings, API tokens, with the rights you choose.

Ends with ${endings.done}: done   ${endings.refused}: refused, nothing (more) was done   ${endings.usage}: used wrongly   ${endings['may not']}: not signed in, or the token may not
          ${endings.unreachable}: Stagedoor could not be reached   ${endings['not sure']}: it may have been done; look before doing it again

For programs: --json, and "npm run -s cli -- …" (or "node start.mjs cli …"), which leaves npm's own lines away.`

/** `npm run cli -- …`: the house from a terminal, over the same API as the dashboard and with a token's rights. */
export async function cli(args: string[], env: Record<string, string | undefined> = process.env): Promise<void> {
  endWithStarter()
  const program = new Command('npm run cli --').description('Stagedoor from a terminal: accounts, conversations, posts.').usage('<command> [options]')
    .addHelpText('after', help).exitOverride().showSuggestionAfterError().helpCommand('help [command]', 'what a command can do').configureHelp({ showGlobalOptions: true })
  const desk = openDesk(env)
  for (const add of [signInCommands, inboxCommands, postCommands, streamCommands, doctorCommand]) add(program, desk)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (why) {
    // Commander has said what was wrong, or shown the help that was asked for.
    if (why instanceof CommanderError) process.exitCode = why.exitCode === 0 ? endings.done : endings.usage
    else complain(why, args.includes('--json'))
  }
}
