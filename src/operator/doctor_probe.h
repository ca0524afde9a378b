/*
 * doctor_probe.h - can this host's services be reached, and is their TLS in order?
 *
 * Connects to each address that the DNS has for the host name, as others would: to the
 * port of other servers as an SMTP client does, with STARTTLS; to those with TLS from the
 * start up to the handshake; to the rest up to the connection. All at once, each for
 * PROBE_CONNECT_MS and the time limits of a connection.
 */
#pragma once

#include "net/loop.h"
#include "net/tls_client.h"
#include "operator/doctor.h"

enum { PROBE_CONNECT_MS = 10'000, PROBES_MAX = 40 };

struct probes;

/* Findings go to d, which has decided; ended(context) is called once all have, never from
 * inside. probes_free then, or after the loop. */
struct probes *probes_start(struct loop *l, struct tls_client *tls, struct doctor *d,
			    void (*ended)(void *context), void *context);
void probes_free(struct probes *p); /* NULL is fine */
