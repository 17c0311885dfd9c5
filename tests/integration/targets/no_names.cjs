// Loaded before a program of Node's, so that a runtime which ignores proxies reaches nobody: no name has an address.
const dns = require('node:dns')

dns.lookup = (hostname, ...rest) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', hostname })
  process.nextTick(rest.pop(), error)
}
