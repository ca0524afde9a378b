/*
 * version.h - what this program calls itself
 */
#pragma once

#ifndef POSTROOM_VERSION
#error "the build defines POSTROOM_VERSION"
#endif
