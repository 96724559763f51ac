// SwiftPM takes a folder without a source file for a system library.
#include "CFuzzer.h"
