import { sql, type Kysely } from 'kysely'

/**
 * People. The tables in schema `auth` are better-auth's own (compiled once from 1.7.25 with the admin and two-factor plugins,
 * text ids); it must never look for itself, because it does not see a schema that is not the default one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'create schema auth',
  `create table auth."user" (
    id text primary key, name text not null, email text not null unique, "emailVerified" boolean not null, image text,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz default current_timestamp not null,
    role text, banned boolean, "banReason" text, "banExpires" timestamptz, "twoFactorEnabled" boolean)`,
  `create table auth.session (
    id text primary key, "expiresAt" timestamptz not null, token text not null unique,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null,
    "ipAddress" text, "userAgent" text, "userId" text not null references auth."user" (id) on delete cascade, "impersonatedBy" text)`,
  `create table auth.account (
    id text primary key, "accountId" text not null, "providerId" text not null,
    "userId" text not null references auth."user" (id) on delete cascade,
    "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz,
    scope text, password text, "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null)`,
  `create table auth.verification (
    id text primary key, identifier text not null, value text not null, "expiresAt" timestamptz not null,
    "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz default current_timestamp not null)`,
  `create table auth."twoFactor" (
    id text primary key, secret text not null, "backupCodes" text not null,
    "userId" text not null references auth."user" (id) on delete cascade,
    verified boolean, "failedVerificationCount" integer, "lockedUntil" timestamptz)`,
  `create table auth."rateLimit" (
    id text primary key, key text not null unique, count integer not null, "lastRequest" bigint not null)`,
  'create index "session_userId_idx" on auth.session ("userId")',
  'create index "account_userId_idx" on auth.account ("userId")',
  'create index verification_identifier_idx on auth.verification (identifier)',
  'create index "twoFactor_secret_idx" on auth."twoFactor" (secret)',
  'create index "twoFactor_userId_idx" on auth."twoFactor" ("userId")',

  // A link that lets somebody in once: the owner's first way in, an invitation, a new password.
  `create table entry_link (
    id bigint generated always as identity primary key,
    token_hash bytea not null unique,
    kind text not null check (kind in ('owner', 'invitation', 'reset')),
    email text,
    name text,
    role text check (role in ('owner', 'admin', 'agent')),
    person_id text references auth."user" (id) on delete cascade,
    accounts bigint[] not null default '{}',
    groups bigint[] not null default '{}',
    made_by jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    withdrawn_at timestamptz)`,
  'create index entry_link_open on entry_link (created_at desc) where used_at is null and withdrawn_at is null',

  // What signs session cookies and seals second factors: made once, sealed under the house's secret so that rotating that one signs nobody out.
  'create table auth_secret (one boolean primary key default true check (one), sealed text not null)',

  // Failed tries per account and per address, shared by every process on this database.
  `create table entry_try (
    key text primary key,
    count integer not null,
    first_at timestamptz not null,
    locked_until timestamptz)`,
]
