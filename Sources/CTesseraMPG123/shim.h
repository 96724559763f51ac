// Functions by their own names: macros that give others in their place are not seen from Swift.
#define MPG123_ENUM_API
#include <mpg123.h>
