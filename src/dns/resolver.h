/*
 * resolver.h - the program of the resolver process
 *
 * What is started with the verb `resolver` (child.h): it takes SETTINGS and
 * QUESTIONs from the socket at descriptor PROCESS_SOCKET and sends ANSWERs,
 * until the socket ends. It reads what strangers send, so it holds nothing
 * else: no privileges, no descriptors but that socket and standard error,
 * bounded memory; work on one event that takes RESOLVER_STALL_S ends it.
 */
#pragma once

enum {
	RESOLVER_STALL_S = 4,                /* seconds of the processor */
	RESOLVER_FILES = 1024,               /* descriptors */
	RESOLVER_MEMORY = 256 * 1024 * 1024, /* octets */
	RESOLVER_OUT_MAX = 4 * 1024 * 1024,  /* octets of unsent answers */
};

/* Ends the process without exit handlers: what strangers may have spoilt is left alone.
 */
_Noreturn void resolver_main(void);
