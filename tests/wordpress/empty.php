<?php
/**
 * Takes every post, picture and term off the site, as it was when fresh: users, settings and
 * the default category stay. Straight to the tables, since wp_delete_post() takes seconds.
 */
require_once $root . '/wp-load.php';
global $wpdb;
$default = (int) get_option( 'default_category' );
foreach ( array( 'posts', 'postmeta', 'comments', 'commentmeta', 'term_relationships', 'termmeta' ) as $table ) {
	$wpdb->query( "DELETE FROM {$wpdb->$table}" );
}
$wpdb->query( "DELETE FROM {$wpdb->term_taxonomy} WHERE term_id <> $default" );
$wpdb->query( "DELETE FROM {$wpdb->terms} WHERE term_id <> $default" );
$wpdb->query( "UPDATE {$wpdb->term_taxonomy} SET count = 0, parent = 0" );
wp_unschedule_hook( 'publish_future_post' );
delete_option( 'category_children' );
delete_option( 'sticky_posts' );

$uploads = wp_upload_dir( null, false )['basedir'];
if ( is_dir( $uploads ) ) {
	$files = new RecursiveIteratorIterator(
		new RecursiveDirectoryIterator( $uploads, FilesystemIterator::SKIP_DOTS ),
		RecursiveIteratorIterator::CHILD_FIRST
	);
	foreach ( $files as $file ) {
		$file->isDir() ? rmdir( $file->getPathname() ) : unlink( $file->getPathname() );
	}
}
echo 'empty';
