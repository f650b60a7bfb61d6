import { readConfig } from '#cli/start/config.ts'

const OUTSIDE = {
  DATABASE_URL: 'postgres://app:pw@db/sluice',
  SLUICE_ADMIN_LOGIN: 'root@example.com',
  SLUICE_ADMIN_PASSWORD: 'Correct#Horse7',
}

describe('the environment', () => {
  test('may be empty: then everything is started here', () => {
    expect(read({})).toMatchObject({
      role: 'all',
      port: 3000,
      dataDir: '/project/.sluice',
      logLevel: 'info',
      database: undefined,
      administrator: undefined,
      temporal: undefined,
      temporalUi: { port: 8233, url: undefined },
      bank: undefined,
      bankPort: 3100,
    })
  })

  test('counts a variable that is set to nothing as not set', () => {
    expect(read({ PORT: '', DATABASE_URL: ' ', ROLE: '' })).toMatchObject({ port: 3000, role: 'all' })
  })

  test('may name a database, with another role to migrate it', () => {
    const ownerUrl = 'postgresql://owner:pw@db/sluice'
    expect(read({ ...OUTSIDE, DATABASE_OWNER_URL: ownerUrl })).toMatchObject({
      database: { url: OUTSIDE.DATABASE_URL, ownerUrl },
      administrator: { login: 'root@example.com', password: 'Correct#Horse7' },
    })
    expect(read(OUTSIDE).database?.ownerUrl).toBe(OUTSIDE.DATABASE_URL)
  })

  test('starts no simulated bank beside an outside database, unless it is asked to', () => {
    expect(read(OUTSIDE).bankPort).toBeUndefined()
    expect(read({ ...OUTSIDE, SIMULATED_BANK_PORT: '3200' }).bankPort).toBe(3200)
    expect(read({ ...OUTSIDE, SIMULATED_BANK_PORT: '3200', ROLE: 'worker' }).bankPort).toBeUndefined()
  })

  test('asks processes that are scaled out for no administrator', () => {
    const { DATABASE_URL } = OUTSIDE
    expect(read({ DATABASE_URL, ROLE: 'api' }).administrator).toBeUndefined()
    expect(read({ DATABASE_URL, ROLE: 'worker' }).administrator).toBeUndefined()
  })

  test('may say how messages are sent, with a key to seal them', () => {
    expect(read(OUTSIDE)).toMatchObject({ carriers: {}, secretKey: undefined })
    const given = {
      SLUICE_SECRET_KEY: 'k'.repeat(43),
      SLUICE_SMTP_URL: 'smtps://user:pw@mail.example.com',
      SLUICE_MAIL_FROM: 'Sluice <no-reply@example.com>',
      SLUICE_SMS_URL: 'https://sms.example.com/send',
      SLUICE_SMS_TOKEN: 'token',
    }
    expect(read({ ...OUTSIDE, ...given })).toMatchObject({
      carriers: {
        email: { url: given.SLUICE_SMTP_URL, from: given.SLUICE_MAIL_FROM },
        sms: { url: given.SLUICE_SMS_URL, token: 'token' },
      },
      secretKey: given.SLUICE_SECRET_KEY,
    })
  })

  test('turns TLS on for a cluster with an API key', () => {
    const env = {
      TEMPORAL_ADDRESS: 'ns.acct.tmprl.cloud:7233',
      TEMPORAL_NAMESPACE: 'ns.acct',
      TEMPORAL_API_KEY: 'k',
    }
    expect(read(env).temporal).toEqual({
      address: 'ns.acct.tmprl.cloud:7233',
      namespace: 'ns.acct',
      tls: true,
      apiKey: 'k',
    })
    expect(read({ TEMPORAL_ADDRESS: 'temporal:7233' }).temporal).toEqual({
      address: 'temporal:7233',
      namespace: 'default',
    })
  })
})

describe('a bad value is answered with one sentence that names the variable and the rule:', () => {
  const bank = { SIMULATED_BANK_URL: 'http://bank:3100' }
  const mail = { SLUICE_SMTP_URL: 'smtp://mail', SLUICE_MAIL_FROM: 'a@example.com' }
  test.each<[Record<string, string>, string]>([
    [{ PORT: '80a' }, 'PORT must be a port, a whole number from 1 to 65535.'],
    [{ PORT: '0' }, 'PORT must be a port, a whole number from 1 to 65535.'],
    [{ PORT: '65536' }, 'PORT must be a port, a whole number from 1 to 65535.'],
    [{ TEMPORAL_UI_PORT: '-1' }, 'TEMPORAL_UI_PORT must be a port, a whole number from 1 to 65535.'],
    [{ SIMULATED_BANK_PORT: '1e3' }, 'SIMULATED_BANK_PORT must be a port, a whole number from 1 to 65535.'],
    [{ HOST: 'localhost' }, 'HOST must be an IP address of this machine, or 0.0.0.0 for all.'],
    [{ ROLE: 'both' }, 'ROLE must be one of all, api, worker, migrate.'],
    [{ ROLE: 'migrate' }, 'DATABASE_URL must be given with ROLE=migrate.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of info, fatal, error, warn, debug, trace, silent.'],
    [
      { DATABASE_URL: 'mysql://db/x' },
      'DATABASE_URL must be a URL that begins with postgres:// or postgresql://.',
    ],
    [{ DATABASE_URL: 'db' }, 'DATABASE_URL must be a URL that begins with postgres:// or postgresql://.'],
    [{ DATABASE_OWNER_URL: 'postgres://o@db/x' }, 'DATABASE_URL must be given where DATABASE_OWNER_URL is.'],
    [{ TEMPORAL_ADDRESS: 'temporal' }, 'TEMPORAL_ADDRESS must be a host and a port, like 127.0.0.1:7233.'],
    [{ TEMPORAL_NAMESPACE: 'x' }, 'TEMPORAL_NAMESPACE must be default where TEMPORAL_ADDRESS is not given.'],
    [{ TEMPORAL_TLS: 'yes' }, 'TEMPORAL_TLS must be true or false.'],
    [{ TEMPORAL_UI_URL: 'ui:8080' }, 'TEMPORAL_UI_URL must be a URL that begins with http:// or https://.'],
    [
      bank,
      'SIMULATED_BANK_KEY is missing: set it to the value that bank was started with, because SIMULATED_BANK_URL is given.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_LOGIN: '' },
      'SLUICE_ADMIN_LOGIN is missing: set it to the first administrator’s, because DATABASE_URL is given.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_PASSWORD: '' },
      'SLUICE_ADMIN_PASSWORD is missing: set it to the first administrator’s, because DATABASE_URL is given.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_LOGIN: 'root' },
      'SLUICE_ADMIN_LOGIN must be an e-mail address or an international phone number.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_PASSWORD: 'Sh0rt#x' },
      'SLUICE_ADMIN_PASSWORD must have at least 8 characters.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_PASSWORD: 'nouppercase#1' },
      'SLUICE_ADMIN_PASSWORD must hold an upper-case letter.',
    ],
    [
      { ...OUTSIDE, SLUICE_ADMIN_PASSWORD: 'NoSpecialNoDigit' },
      'SLUICE_ADMIN_PASSWORD must hold a digit and must hold one of # $ ! @ * & %.',
    ],
    [mail, 'DATABASE_URL must be given where SLUICE_SMTP_URL is.'],
    [
      { ...OUTSIDE, ...mail },
      'SLUICE_SECRET_KEY is missing: set it to 32 random bytes in base64, because SLUICE_SMTP_URL is given.',
    ],
    [{ ...OUTSIDE, SLUICE_SECRET_KEY: 'short' }, 'SLUICE_SECRET_KEY must be 32 bytes in base64.'],
    [{ ...OUTSIDE, ...mail, SLUICE_MAIL_FROM: 'Sluice' }, 'SLUICE_MAIL_FROM must be an e-mail address.'],
    [
      { ...OUTSIDE, ...mail, SLUICE_MAIL_FROM: '' },
      'SLUICE_MAIL_FROM is missing: set it to the sender of e-mails, because SLUICE_SMTP_URL is given.',
    ],
    [
      { ...OUTSIDE, ...mail, SLUICE_SMTP_URL: 'mail:25' },
      'SLUICE_SMTP_URL must be a URL that begins with smtp:// or smtps://.',
    ],
    [{ ...OUTSIDE, SLUICE_MAIL_FROM: 'a@b.org' }, 'SLUICE_SMTP_URL must be given where SLUICE_MAIL_FROM is.'],
    [
      { ...OUTSIDE, SLUICE_SMS_URL: 'http://sms.example.com' },
      'SLUICE_SMS_URL must be a URL that begins with https://.',
    ],
    [
      { ...OUTSIDE, SLUICE_SMS_URL: 'https://sms.example.com' },
      'SLUICE_SMS_TOKEN is missing: set it to the provider’s token, because SLUICE_SMS_URL is given.',
    ],
  ])('%j', (env, sentence) => {
    expect(() => read(env)).toThrow(sentence)
    expect(sentence).toMatch(/^[^\n]+\.$/)
  })
})

function read(env: Record<string, string>) {
  return readConfig(env, '/project')
}
