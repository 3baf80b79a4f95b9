// Values as words that a POSIX shell takes literally.
#pragma once

#include <string>
#include <string_view>

namespace ecr_version::app {

// 'it'\''s': single quotes, in which nothing is special but the quote itself.
// A NUL byte, which no shell can hold, is left out.
std::string shell_word(std::string_view text);

// name='value' and a line feed.
std::string shell_assignment(std::string_view name, std::string_view value);

}  // namespace ecr_version::app
