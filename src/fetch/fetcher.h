/*
 * fetcher.h - the program of a fetching process
 *
 * What is started with the verb `fetcher` (fetch.h): reads one request from the socket
 * at descriptor PROCESS_SOCKET, fetches, writes one answer and ends. It reads what
 * strangers send, so it holds nothing else: no privileges, bounded memory and time.
 *
 * Only https, only to the addresses given, no redirects, no proxy.
 */
#pragma once

enum {
	FETCHER_FILES = 64,                 /* descriptors */
	FETCHER_MEMORY = 128 * 1024 * 1024, /* octets */
};

_Noreturn void fetcher_main(void);
