/*
 * tls_config.h - what [tls] and the [certificate NAME] sections mean
 */
#pragma once

#include "config/config.h"
#include "net/tls.h"

/* Loads them all, that of [tls], which there is, first. False: as tls_load. */
[[nodiscard]] bool tls_load_config(struct tls *t, const struct config *c,
				   struct buf *fault);
