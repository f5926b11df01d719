<?php
/**
 * Router of PHP's built-in server for a WordPress site: files that exist are served as they
 * are, everything else goes to index.php, as a web server with pretty permalinks does it.
 */
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );

if ( '/-/ready' === $path ) {
	echo 'ready';
	return true;
}
if ( '/-/empty' === $path && 'POST' === $_SERVER['REQUEST_METHOD'] ) {
	require __DIR__ . '/empty.php';
	return true;
}
if ( is_dir( $root . $path ) && is_file( $root . rtrim( $path, '/' ) . '/index.php' ) ) {
	if ( ! str_ends_with( $path, '/' ) ) {
		header( "Location: $path/", true, 301 );
		return true;
	}
	$path .= 'index.php';
}
if ( '/index.php' !== $path && is_file( $root . $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME']     = '/index.php';
$_SERVER['PHP_SELF']        = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
chdir( $root );
require $root . '/index.php';
