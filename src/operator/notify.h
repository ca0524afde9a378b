/*
 * notify.h - tells the service manager how the server is (sd_notify)
 */
#pragma once

/* state is one line as "READY=1". Does nothing where nobody asked ($NOTIFY_SOCKET). */
void notify_state(const char *state);
