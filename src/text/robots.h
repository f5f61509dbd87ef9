/* robots: what a host allows its guests. */
#ifndef ENT_TEXT_ROBOTS_H
#define ENT_TEXT_ROBOTS_H

#include <sys/socket.h>

#include "text.h"

/* robots.txt (RFC 9309): may `agent` get `path`?  *out_delay_s gets its Crawl-delay, 0: none. */
bool ent__robots_allow(ent_str robots, const char *agent, ent_str path, unsigned *out_delay_s);

/* Is it an address of this machine, a private network, or no place of the public internet? */
bool ent__address_is_private(const struct sockaddr *address);

#endif
