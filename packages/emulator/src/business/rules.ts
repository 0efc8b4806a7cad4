/** A named, switchable answer to what TikTok does not say, with the evidence for its default. The core adds these to its own list. */
export const businessRules = {
  'window-limit': { values: ['A', 'B'], default: 'A', what: 'How many messages a business may send after a customer wrote.', evidence: 'G1, 7.1: the send page documents A (10 in 48 h, renewed by each customer message); the limits guide documents B (10, then unlimited, then 3). Every vendor enforces A.' },
  'app-messages-count': { values: ['yes', 'no'], default: 'yes', what: 'Do messages typed in the TikTok app count against the ten?', evidence: 'G3: not documented; counting them is the careful reading.' },
  'business-refresh': { values: ['rotate', 'keep'], default: 'rotate', what: 'Does a refresh give a new refresh token and end the old one?', evidence: 'G4, 2.5: one client saw rotation at each use, TikTok is silent. The one-year clock is never restarted (documented example).' },
  'callback-parameter': { values: ['code', 'auth_code'], default: 'code', what: 'The name of the code on the redirect.', evidence: 'G5, 2.3: production clients read `code`; the official text says `auth_code`.' },
  'echo-timing': { values: ['race', 'before', 'after'], default: 'race', what: 'When the echo of an API send is delivered, relative to the answer.', evidence: 'G13, 8.2: echoes were seen to overtake their answer; the spread is −50 to +500 ms.' },
  'business-loopback-callback': { values: ['allow', 'refuse'], default: 'allow', what: 'May a webhook callback be http on this machine?', evidence: 'G19: TikTok wants https; loopback is allowed so that it can be tried at all.' },
  'voice-events': { values: ['silent', 'unknown type'], default: 'silent', what: 'Does a voice note or file raise an event?', evidence: 'G28: no webhook is documented; content/list shows OTHER. The other value raises a type nobody documented.' },
  'eu-conversations': { values: ['hidden', 'listed'], default: 'hidden', what: 'Do the lists show conversations with customers of the EEA, Switzerland and the UK?', evidence: 'G29, 7.4: unverified either way.' },
  'business-authorization-removed': { values: ['silent', 'event'], default: 'silent', what: 'Is a revocation told by a webhook?', evidence: 'G31: `authorization.removed` is an event of the other platform; nobody saw it here.' },
  'content-order': { values: ['newest first', 'oldest first'], default: 'newest first', what: 'The order of content/list.', evidence: 'G10: only the example shows it.' },
  'image-refusal': { values: ['40001', '40064'], default: '40001', what: 'The code for a picture that cannot be sent in this country.', evidence: 'G25: not documented.' },
  'permission-refusal': { values: ['40118', '40001'], default: '40118', what: 'The code for an account that may not use messaging at all.', evidence: 'G20: 40118 is "not on the allowlist"; 40001 is the general refusal.' },
  'auto-review': { values: ['seconds', 'two hours', 'by hand'], default: 'seconds', what: 'How long the review of an automatic message takes.', evidence: '4.7: "seconds up to 2–3 h".' },
  'business-redirect-slash': { values: ['required', 'free'], default: 'required', what: 'Must a redirect URL end with a slash and be free of a port?', evidence: '2.1: the portal says so; one product registered without the slash and reports success.' },
  'suggested-status': { values: ['disables all', 'keeps'], default: 'disables all', what: 'What auto_message/status/update does to existing suggested questions and chat prompts.', evidence: '4.7: the page says items of that type are disabled.' },
} as const

export type BusinessRule = keyof typeof businessRules
