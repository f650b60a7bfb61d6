export const BARE_QUEUE = 'bare'
/** Of what others are asked for: the product has one for each platform, so that a dead one starves nobody. */
export const BARE_PLATFORM_QUEUE = 'bare-platform'
